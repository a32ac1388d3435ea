"""What made-up names are put together from: surnames by how frequent they are, characters by age.

Surnames of Guangdong: the first seven with their shares of the province as reported from the
household register (phb7.com.cn/lvyou/jingdian/178433.html, 2010s), the others after their order in
the country. Singapore's Chinese surnames: shares of 2000 (“List of common Chinese surnames in
Singapore”, Wikipedia). Characters and given names are frequent ones of their time, chosen by hand;
which go together is chance.
"""

GUANGDONG = {
    "陈": 7.71, "黄": 5.37, "李": 4.95, "林": 3.39, "张": 3.32, "刘": 2.87, "梁": 2.68, "吴": 2.5,
    "罗": 2.0, "杨": 1.9, "郑": 1.7, "何": 1.7, "王": 1.7, "谢": 1.5, "叶": 1.3, "周": 1.3,
    "蔡": 1.2, "邓": 1.2, "朱": 1.1, "曾": 1.1, "许": 1.0, "郭": 1.0, "冯": 0.9, "彭": 0.8,
    "徐": 0.7, "钟": 0.8, "卢": 0.8, "苏": 0.7, "潘": 0.7, "胡": 0.6, "赖": 0.6, "廖": 0.6,
    "谭": 0.6, "温": 0.5, "余": 0.5, "邱": 0.5, "欧阳": 0.12, "区": 0.3, "麦": 0.3, "关": 0.3,
    "莫": 0.3, "伍": 0.3, "江": 0.4, "赵": 0.5, "马": 0.4, "孙": 0.3, "唐": 0.3, "韩": 0.2,
    "董": 0.15, "方": 0.3, "古": 0.2, "范": 0.2, "高": 0.2, "简": 0.2, "龙": 0.2, "陆": 0.2,
    "容": 0.1, "沈": 0.15, "石": 0.15, "宋": 0.15, "汤": 0.2, "万": 0.1, "韦": 0.15, "魏": 0.15,
    "翁": 0.15, "吕": 0.2, "丘": 0.15, "袁": 0.2, "詹": 0.15, "庄": 0.2, "司徒": 0.04, "冼": 0.1,
    "岑": 0.1, "霍": 0.1, "招": 0.05, "崔": 0.05,
}  # fmt: skip

# Characters of given names by when somebody was born: until 1959, 1979, 1999, and after.
ERAS = (1960, 1980, 2000)
FIRST = {
    "F": (
        "秀桂玉凤月淑兰惠素金美丽珍爱瑞彩银细亚妙",
        "丽秀红小玉美燕艳惠淑海春雪慧志凤月桂敏洁",
        "晓婷嘉丽小雪思诗佩静燕慧文海敏颖倩丹莹佳",
        "梓诗雨欣子思嘉芷可心语晓梦若依紫怡静熙乐",
    ),
    "M": (
        "国建志德文金福永荣树汉伟明炳锦泽耀世成启",
        "志建国伟文永明海俊小德家少健锦晓卫东汉立",
        "志嘉俊伟家文子晓浩建泽健明海锦宇梓国少柏",
        "梓子浩宇俊嘉俊泽浩天一文博睿铭皓逸泓晋柏",
    ),
}
SECOND = {
    "F": (
        "英珍兰芳清莲娟琼群玲娣好萍霞仙贞容妹花香",
        "芳英玲红梅霞萍兰珍娟琴燕华敏丽莲英群云琼",
        "婷敏静莹怡欣雯琪慧丹娜妍瑶君仪华玲颖薇媚",
        "涵萱怡彤欣妍琪萱汐悦瑶婷晴宁桐澄语昕柔然",
    ),
    "M": (
        "华明强生祥光成荣林辉海发根昌才伦雄全标良",
        "华明强伟辉军平锋斌雄文林波生勇坚东杰彬光",
        "杰豪明辉伟斌华健鹏聪锋文龙铭浩亮彬威宇彦",
        "轩睿浩宇涵豪杰铭熙辰然博烨霖宸哲毅恒航骏",
    ),
}
SINGLE = (0.05, 0.15, 0.12, 0.05)  # given names of one character, by era

SINGAPORE = {
    "Tan": 9.5, "Lim": 6.6, "Lee": 4.5, "Ng": 4.2, "Ong": 2.7, "Wong": 2.6, "Goh": 2.2,
    "Chua": 2.2, "Chan": 1.9, "Koh": 1.9, "Teo": 1.9, "Ang": 1.7, "Yeo": 1.5, "Tay": 1.4,
    "Ho": 1.4, "Low": 1.3, "Toh": 1.0, "Sim": 0.9, "Chong": 0.9, "Chia": 0.9, "Seah": 0.7,
    "Quek": 0.7, "Foo": 0.7, "Loh": 0.7, "Chew": 0.7, "Neo": 0.5, "Pang": 0.5, "Heng": 0.5,
    "Yap": 0.5, "Soh": 0.5, "Lau": 0.5, "Leong": 0.6,
}  # fmt: skip
SYLLABLES = {
    "F": ("Siew Mei Hui Li Lay Bee Geok Swee Ai Ling Min Yi Xin Hwee Peck Sock Shu Jia Wen Yan"),
    "M": (
        "Wei Ming Boon Kok Chee Jun Hao Yong Kiat Seng Teck Jie Kai Zhi Wee Keong Beng Hock Yi Guan"
    ),
}
ENGLISH = {
    "F": ("Jasmine Rachel Michelle Grace Sarah Cheryl Joanne Amanda Vivian Karen Nicole Stella"),
    "M": ("Daniel Jason Kelvin Marcus Benjamin Desmond Ryan Vincent Adrian Samuel Eric Gary"),
}
MALAY = {
    "F": (
        "Nurul Siti Aisyah Nur Farah Hidayah Zainab Noraini Rohani Salmah "
        "Izzah Aminah Sofia Khadijah Fatimah Liyana Rosnah Maryam"
    ),
    "M": (
        "Muhammad Ahmad Mohamed Faris Iskandar Hakim Ismail Rahman Yusof "
        "Zulkifli Hafiz Osman Ibrahim Azman Farid Khairul Razak Syafiq"
    ),
}
INDIAN = {
    "F": (
        "Priya Lakshmi Kavitha Anjali Deepa Meena Shanti Devi Revathi "
        "Sangeetha Vani Malini Nisha Parvathi Letchumi Saroja"
    ),
    "M": (
        "Rajesh Kumar Suresh Ganesan Muthu Prakash Arjun Vijay Ravi Anand Siva "
        "Balakrishnan Subramaniam Krishnan Raman Gopal Mani Karthik"
    ),
}
OTHERS = (
    "De Souza", "Pereira", "Rodrigues", "Oliveiro", "Sequeira", "Shepherdson", "Smith", "Jones",
    "Williams", "Clarke", "Santos", "Reyes", "Aroozoo", "Minjoot", "Westerhout",
)  # fmt: skip
